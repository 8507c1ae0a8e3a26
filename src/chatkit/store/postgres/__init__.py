"""The PostgreSQL store and its turn log, on asyncpg: `pip install chatkit-selfhosted[postgres]`.

Import them from `chatkit.store`. Nothing is imported here: what else is in this room is used where
the driver is not installed.
"""
