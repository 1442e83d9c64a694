"""What the breakpoint engine knows of the addresses of one probe."""

from collections import defaultdict

import gdb

from pysheeet import functions
from pysheeet.engines import locations


class Placed:
    """A probe in its place, and what is known of its addresses while the program is live."""

    def __init__(self, probe, sites):
        self.probe = probe
        self.entries = {site.pc for site in sites if site.function is not None}
        self.point = None
        self.forget()

    def forget(self):
        self.pc = None  # of the location, once it is known to be the only one
        self.lines = {}  # pc of a location: its source line
        self.functions = []
        self.copies = {}  # where inlined copies begin: the function that they are in
        self.inlined = set()  # pcs of locations that lie in inlined copies
        self.forwarders = []  # functions.Function: what is reached in them counts elsewhere
        self.forwarded = set()  # pcs that lie in these
        self.loops = set()  # pcs of locations that their function gets back to
        self.arrivals = set()  # entries where a frame must be seen to arrive, for these two
        self.arrived = defaultdict(set)  # thread: frames that did
        self.returns = []  # functions.Jump by which functions that begin with a loop get to their entry
        self.returned = defaultdict(set)  # thread: (target, frame) of such jumps that it makes now
        self.distances = {}  # pc: from the stack pointer to the caller's frame

    def learn(self, sites):
        self.forget()
        self.functions = [site.function for site in sites if site.function is not None]
        self.copies = {site.pc: site.host for site in sites if site.function is None}
        self.forwarders = functions.forwarders(self.functions)
        self.functions = [f for f in self.functions if f not in self.forwarders]
        self.entries = {function.entry for function in self.functions}
        for location in self.point.locations:
            self.learn_location(location.address, locations.source_of(location)[1])
        for function in self.functions if self.probe.wants_exit else ():
            if function.name == "main" or function.name.startswith("main("):
                self.arrivals.add(function.entry)  # gdb shows no caller of it

    def learn_location(self, pc, line):
        self.lines[pc] = line
        function = self.function_of(pc)
        if any(pc in f.addresses for f in self.forwarders):
            self.forwarded.add(pc)
        elif function is None or pc in self.copies:
            self.inlined.add(pc)
            self.returns += _jumps_within(pc, self.copies[pc]) if pc in self.copies else []
        else:
            self.learn_loops(pc, function)

    def learn_loops(self, pc, function):
        entry = function.entry
        # A jump from before pc is passed once.
        back = [j for j in function.jumps if entry <= j.target <= pc and not entry <= j.address < pc]
        if pc != entry and back:
            self.loops.add(pc)
            self.arrivals.add(entry)
        self.returns += [jump for jump in back if jump.target == entry]

    def function_of(self, pc):
        return next((f for f in self.functions if pc in f.addresses), None)

    def is_fixed(self, pc):
        function = self.function_of(pc)
        return function is not None and function.entry <= pc <= function.fixed_until


def _jumps_within(pc, host):
    """The Jumps of an inlined copy to its beginning at pc, which are iterations of it."""
    block, end = gdb.block_for_pc(pc), pc
    while block is not None and block.start == pc != host.entry:
        block, end = block.superblock, block.end
    return [jump for jump in host.jumps if jump.target == pc and pc <= jump.address < end]
