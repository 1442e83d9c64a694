/* Loads the library named on the command line, twice, and calls its function each time. */
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    for (int i = 0; i < 2 && argc > 1; i++) {
        void *library = dlopen(argv[1], RTLD_NOW);
        if (!library) {
            fprintf(stderr, "%s\n", dlerror());
            return 1;
        }
        int (*answer)(int) = (int (*)(int))dlsym(library, "plugin_answer");
        printf("%d\n", answer(i + 41));
        dlclose(library);
    }
    return 0;
}
