"""A function of the program as its instructions tell it: where it ends, where it loops."""

import re
from collections import namedtuple

import gdb

from pysheeet import inferior

# entry: address; addresses: where its instructions start, as far as they are known to be code; exits:
# [Exit]; jumps: [Jump] within it; forwards: whether it is a constructor or destructor that calls one of
# the very same name; fixed_until: address up to which the stack pointer's distance from the caller's
# frame depends on the pc alone.
Function = namedtuple("Function", "name entry addresses exits jumps forwards fixed_until")

# An instruction by which control leaves the function. tail_call: name of where it goes, or None for
# a return. condition: of a conditional jump, the mnemonic behind the j ("ne"), else None.
Exit = namedtuple("Exit", "address tail_call condition")

# A jump within the function; condition as of an Exit.
Jump = namedtuple("Jump", "address target condition")

# By gdb's name of the architecture: the stack pointer, and the bytes that a call pushes, which a
# return finds there.
CALLS = {"i386": ("$esp", 4), "i386:x86-64": ("$rsp", 8), "i386:x64-32": ("$rsp", 8)}

_HEADER = re.compile(r"Dump of assembler code for function (.*):$")
_LINE = re.compile(r"(?:=>)?\s*0x([0-9a-f]+)(?:\s+<[^>]*>)?:\s+(.*)$")
_PREFIXES = re.compile(r"^(?:(?:bnd|repz?|notrack|cs|ds|data16|addr32)\s+)+")
# What moves the stack pointer otherwise than by a constant; some that only read it match, too.
_UNFIXED = re.compile(r"leave|enter|(?!(?:sub|add)[lqw]?\s+\$).*,\s*%[er]sp$")
_RETURN = re.compile(r"(?:ret|iret|lret)[lqw]?\b")
_JUMP = re.compile(r"j([a-z]+)(?:,p[nt])?\s+0x([0-9a-f]+)(?:\s+<(.*)>)?")
_CALL = re.compile(r"(?:call|jmp)[lqw]?\s+0x([0-9a-f]+)\s+<(.*?)(?:@plt)?>$")
_STRUCTOR = re.compile(r"(?:.*::)?(\w+)(?:<.*>)?::~?\1\(")


def at(pc):
    """The function that holds pc. Raises gdb.error where gdb knows none there."""
    name, instructions = _disassemble(pc)
    for target, label in _outside_jumps(instructions):
        # Without debug information gdb takes a cold part for a function of its own.
        if label.startswith((f"{name}.cold", f"{name} [clone .cold")):
            instructions.update(_disassemble(target)[1])
    exits, jumps = [], []
    entry = next(iter(instructions))  # gdb lists the range that holds it first
    code = _reachable(entry, instructions)
    unfixed = [address for address in code if _UNFIXED.match(instructions[address])]
    for address in sorted(code):
        text = instructions[address]
        if _RETURN.match(text):
            exits.append(Exit(address, None, None))
            continue
        jump = _JUMP.match(text)
        if jump is None:
            continue
        target = int(jump[2], 16)
        condition = None if jump[1].startswith("mp") else jump[1]
        if target in instructions:
            jumps.append(Jump(address, target, condition))
        else:
            exits.append(Exit(address, jump[3] or hex(target), condition))
    fixed_until = min(unfixed, default=max(code) + 1)
    return Function(name, entry, code, exits, jumps, _forwards(name, code, instructions), fixed_until)


def forwarders(candidates):
    """Those of some functions that lead to another kind of the same constructor or destructor.

    A call goes through one, or none, on its way to what the source says, and is to count once: the
    deleting destructor (D0 in the Itanium C++ ABI) calls the complete one (D1), and at -O0 clang's
    complete constructors call those for base classes.
    """
    found = []
    for name in {function.name for function in candidates}:
        kinds = sorted((f for f in candidates if f.name == name), key=lambda f: len(f.addresses))
        # The longest is what they lead to, even if it calls another of its kind for a member.
        found += [function for function in kinds[:-1] if function.forwards]
    return found


def _forwards(name, code, instructions):
    if not _STRUCTOR.match(name):
        return False
    calls = (_CALL.match(instructions[address]) for address in code)
    return any(call and call[2] == name and int(call[1], 16) not in instructions for call in calls)


def taken(condition, eflags):
    """Whether the x86 jump j<condition> is taken with these flags (Intel SDM vol. 1, appendix B)."""
    carry, parity, zero = eflags & 1, eflags >> 2 & 1, eflags >> 6 & 1
    sign, overflow = eflags >> 7 & 1, eflags >> 11 & 1
    for names, holds in (
        (("o",), overflow),
        (("b", "c", "nae"), carry),
        (("e", "z"), zero),
        (("be", "na"), carry | zero),
        (("s",), sign),
        (("p", "pe"), parity),
        (("l", "nge"), sign ^ overflow),
        (("le", "ng"), zero | (sign ^ overflow)),
        (("po",), 1 - parity),
        (("ae",), 1 - carry),
        (("a",), 1 - (carry | zero)),
        (("ge",), 1 - (sign ^ overflow)),
        (("g",), 1 - (zero | (sign ^ overflow))),
    ):
        if condition in names:
            return bool(holds)
        if condition.startswith("n") and condition[1:] in names:
            return not holds
    raise ValueError(f"not a condition of x86: j{condition}")


def _reachable(entry, instructions):
    """Those of the addresses that control gets to from the entry or from a line of the source.

    What lies between may be data, as in hand-written assembly, and must not be touched. Behind an
    indirect jump only lines tell; without them code there is passed over, and its returns unseen.
    """
    order = list(instructions)
    following = dict(zip(order, order[1:]))
    reached, todo = set(), [entry]
    lines_asked = False
    while todo or not lines_asked:
        if not todo:
            lines_asked = True
            todo = _line_starts(entry, instructions) if len(reached) < len(order) else []
            continue
        address = todo.pop()
        if address in reached:
            continue
        reached.add(address)
        text = instructions[address]
        jump = _JUMP.match(text)
        if jump and int(jump[2], 16) in instructions:
            todo.append(int(jump[2], 16))
        ends = _RETURN.match(text) or text.startswith(("jmp", "ud2", "hlt"))
        if not ends and address in following:
            todo.append(following[address])
    return reached


def _line_starts(entry, instructions):
    symtab = gdb.find_pc_line(entry).symtab
    if symtab is None:
        return []
    return [line.pc for line in symtab.linetable() if line.pc in instructions]


def _disassemble(pc):
    """(name, {address: instruction text}) of the function that holds pc."""
    # A command that fails while gdb handles an event of the program ends the user's `run`: ask first.
    known = inferior.output(f"with language c -- info symbol {pc}")
    if known.startswith("No symbol matches"):
        raise gdb.error(f"No function contains address {pc:#x}.")
    gdb.selected_inferior().read_memory(pc, 1)
    name, instructions = "", {}
    # With users' settings for demangling and Intel syntax the text would differ.
    settings = "with language c -- with print asm-demangle on -- with disassembly-flavor att --"
    for line in inferior.output(f"{settings} disassemble {pc:#x}").split("\n"):
        header = _HEADER.match(line)
        instruction = _LINE.match(line)
        if header:
            name = header[1]
        elif instruction:
            instructions[int(instruction[1], 16)] = _PREFIXES.sub("", instruction[2])
    if not instructions:
        raise gdb.error(f"No function contains address {pc:#x}.")
    return name, instructions


def _outside_jumps(instructions):
    return [
        (int(jump[2], 16), jump[3])
        for jump in map(_JUMP.match, instructions.values())
        if jump and jump[3] and int(jump[2], 16) not in instructions
    ]
