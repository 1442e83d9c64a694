#include <cstdio>
#include <string>

void publish(const std::string& json)
{
    std::printf("%zu bytes\n", json.size());
}

int main()
{
    publish(R"({"user": "Zoë", "id": 9007199254740993, "tags": ["new", "paid"], "plan": null})");
    return 0;
}
