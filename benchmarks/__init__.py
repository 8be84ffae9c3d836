"""How fast zdd is beside what people would use instead. `scripts/bench` runs all of it, `scripts/bench NAME` one.

Whatever is compared runs in turns, in one run of the program, on the same machine. Ratios are kept, never times.
"""
