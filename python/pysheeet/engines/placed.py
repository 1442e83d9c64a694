"""What the breakpoint engine knows of the addresses of one probe."""

from collections import defaultdict


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
        self.inlined = set()  # pcs that lie in inlined copies
        self.loops = set()  # pcs of locations that their function jumps back to
        self.arrivals = set()  # entries where a frame must be seen to arrive, for these two
        self.arrived = defaultdict(set)  # thread: frames that did
        self.distances = {}  # pc: from the stack pointer to the caller's frame

    def learn(self, sites):
        self.forget()
        self.functions = [site.function for site in sites if site.function is not None]
        self.entries = {function.entry for function in self.functions}
        for location in self.point.locations:
            self.learn_location(location.address, location.source[1] if location.source else 0)
        for function in self.functions if self.probe.wants_exit else ():
            if function.name == "main" or function.name.startswith("main("):
                self.arrivals.add(function.entry)  # gdb shows no caller of it

    def learn_location(self, pc, line):
        self.lines[pc] = line
        function = self.function_of(pc)
        if function is None:
            self.inlined.add(pc)
        elif pc != function.entry and pc in function.jump_targets:
            self.loops.add(pc)
            self.arrivals.add(function.entry)

    def function_of(self, pc):
        return next((f for f in self.functions if pc in f.addresses), None)

    def is_fixed(self, pc):
        function = self.function_of(pc)
        return function is not None and function.entry <= pc <= function.fixed_until
