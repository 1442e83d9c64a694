/* Structs of C, whose names gdb finds only behind the keyword. */
struct pair { int first; int second; };
struct large { long values[4]; };

struct pair a_pair(int n) { return (struct pair){n, n + 1}; }
struct large a_large(int n) { return (struct large){{n, n + 1, n + 2, n + 3}}; }

int main(void)
{
    return a_pair(3).first + (int)a_large(4).values[0];
}
