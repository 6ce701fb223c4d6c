"""`python -m trucewatch` is the command `trucewatch`, for where scripts are not on the path."""

from trucewatch.cli.main import main

if __name__ == "__main__":
    main()
