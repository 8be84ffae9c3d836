from tests.unit.steps.machine import machine

__all__ = ["machine"]
