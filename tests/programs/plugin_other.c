/* Another library with plugin_library.c's function, of another shape, at the same address. */
int plugin_answer(int question)
{
    if (question > 1000)
        return 3;
    int volatile answer = question * 2;
    return answer + 0x44444444;
}
