"""For all tests."""

from hypothesis import settings

settings.register_profile("zdd", deadline=None)  # how long one example takes says more of the machine than of the code
settings.load_profile("zdd")
