"""`python -m chatkit`: the command line."""

from chatkit.cli import main

if __name__ == "__main__":
    main(prog_name="chatkit")
