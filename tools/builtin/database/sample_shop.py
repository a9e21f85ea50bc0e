"""A small made-up shop, the same one each time, so that there is something to ask about."""

import os
import random
import sqlite3
import tempfile
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

CUSTOMERS, PRODUCTS, ORDERS = 60, 24, 400
CITIES = ("Berlin", "Oslo", "Lisbon", "Kyoto", "Austin", "Nairobi")
KINDS = ("Lamp", "Chair", "Shelf", "Desk", "Rug", "Clock")
STATES = ("paid", "sent", "sent", "sent", "returned", "open")
TABLES = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT NOT NULL, since DATE NOT NULL);
CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, price_cents INTEGER);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    product_id INTEGER NOT NULL REFERENCES products (id),
    quantity INTEGER NOT NULL,
    ordered_on DATE NOT NULL,
    state TEXT NOT NULL
);
"""


def ensure_sample_shop(path: Path) -> None:
    """Make the file unless it is there; two makers at once make the same one."""
    if path.exists():
        return
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".sqlite3")
    os.close(handle)
    try:
        with closing(sqlite3.connect(name)) as connection:
            _fill(connection)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _fill(connection: sqlite3.Connection) -> None:
    luck = random.Random(17)  # noqa: S311
    connection.executescript(TABLES)
    customers = [
        (number, f"Customer {number}", luck.choice(CITIES), _day(luck, date(2023, 1, 1), days=700))
        for number in range(1, CUSTOMERS + 1)
    ]
    products = [
        (
            number,
            f"{KINDS[number % len(KINDS)]} {number}",
            KINDS[number % len(KINDS)],
            luck.randrange(900, 40_000, 50),
        )
        for number in range(1, PRODUCTS + 1)
    ]
    orders = [
        (
            number,
            luck.randint(1, CUSTOMERS),
            luck.randint(1, PRODUCTS),
            luck.randint(1, 5),
            _day(luck, date(2025, 1, 1), days=480),
            luck.choice(STATES),
        )
        for number in range(1, ORDERS + 1)
    ]
    with connection:
        connection.executemany("INSERT INTO customers VALUES (?, ?, ?, ?)", customers)
        connection.executemany("INSERT INTO products VALUES (?, ?, ?, ?)", products)
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", orders)


def _day(luck: random.Random, first: date, *, days: int) -> str:
    return (first + timedelta(days=luck.randrange(days))).isoformat()
