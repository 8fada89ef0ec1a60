"""``python -m wattledger`` is ``wattledger``."""

from wattledger.cli.main import main

if __name__ == "__main__":
    main()
