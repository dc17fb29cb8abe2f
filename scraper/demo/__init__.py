"""The news site on loopback that `tocsin demo` watches, and what its alerts are sent to."""
