/* red [31m and ‮ reordered */
int main(void)
{
    const char *bell = " 1m";
    return bell == 0;
}
