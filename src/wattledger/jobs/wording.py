"""Words that lines of runs have in common."""


def counted(number: int, thing: str) -> str:
    """Return so many things in words.

    >>> counted(1, "chunk"), counted(2, "chunk")
    ('1 chunk', '2 chunks')
    """
    return f"{number} {thing}{'' if number == 1 else 's'}"
