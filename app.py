"""Start the whole of Kurier on this machine: ``python app.py`` is ``make run``."""

from app.cli.run import main

if __name__ == "__main__":
    main()
