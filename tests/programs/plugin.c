/* Loads each library named on the command line in turn and calls its function. */
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        void *library = dlopen(argv[i], RTLD_NOW);
        if (!library) {
            fprintf(stderr, "%s\n", dlerror());
            return 1;
        }
        int (*answer)(int) = (int (*)(int))dlsym(library, "plugin_answer");
        printf("%x\n", answer(i + 40));
        dlclose(library);
    }
    return 0;
}
