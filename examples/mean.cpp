#include <cstdio>
#include <vector>

struct Reading {
    const char* sensor;
    double celsius;
};

/* The arithmetic mean; of no
   readings it is not a number. */
double mean(const std::vector<Reading>& readings)
{
    double sum = 0;
    for (const auto& reading : readings) {
        sum += reading.celsius;
    }
    return sum / static_cast<double>(readings.size());
}

int main()
{
    const std::vector<Reading> today = {{"roof", 21.5}, {"cellar", 12.0}};
    std::printf("%.2f\n", mean(today));
    return 0;
}
