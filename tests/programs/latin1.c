/* Größe */
int main(void)
{
    const char *name = "Müller";
    return name == 0;
}
