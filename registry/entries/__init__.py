"""One licence's record in the register: reserved before it is composed, entered once it is sealed."""
