// struct stat in the ways C++ holds one, and structs of that name that are something else.
#include <sys/stat.h>

#include <string>
#include <vector>

namespace app {
struct stat {
    int st_mode;
};
using Status = struct ::stat;
}

struct Watched : app::Status {
    const app::Status &seen;
    app::stat own = {8};

    explicit Watched(const app::Status &st) : app::Status(st), seen(st)
    {
    }
};

extern const app::Status status;
const app::Status status = {};
app::stat own = {7};

int check(const struct stat &by_reference, app::Status &&by_rvalue)
{
    const Watched watched(by_reference);
    std::vector<app::Status> all(2, by_rvalue);
    return watched.seen.st_size != 0 || all.size() == 2;  // stop here
}

int main(int argc, char *argv[])
{
    struct stat st = {};
    lstat(argc > 1 ? argv[1] : ".", &st);
    return check(st, std::move(st)) == 0;
}
