"""One file a command; register() of each makes it known to gdb."""
