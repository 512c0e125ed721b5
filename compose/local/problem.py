"""What a command says when it can't go on."""


class Problem(Exception):
    """A sentence for the person at the terminal, and the exit code that goes with it.

    2: something must be changed first (a port, a path, an argument).
    1: it was tried and failed.
    """

    def __init__(self, sentence: str, exit_code: int = 2) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
