/* A function that keeps a table between its instructions, as hand-written assembly does. */
#include <stdio.h>

unsigned table_entry(unsigned index);

__asm__(".text\n"
        ".globl table_entry\n"
        ".type table_entry, @function\n"
        "table_entry:\n"
        "    lea 1f(%rip), %rax\n"
        "    mov (%rax,%rdi,4), %eax\n"
        "    ret\n"
        "1:  .long 0xc3, 0xc3c3c3c3, 0xe9e9e9e9\n"
        ".size table_entry, . - table_entry\n");

int main(void)
{
    for (unsigned i = 0; i < 3; i++)
        printf("%x\n", table_entry(i));
    return 0;
}
