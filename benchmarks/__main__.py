import sys

from benchmarks import roll

r = roll.run(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
for f in r.figures:
    print(*f.cells(), sep=" | ")
for k, v in r.phases.items():
    print(k, {a: round(b, 3) for a, b in v.items()}, sum(v.values()))
