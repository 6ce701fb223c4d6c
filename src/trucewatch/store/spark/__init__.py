"""The second engine: the same `.sql` steps on Spark, over the mission's tables as Parquet.

Nothing here imports pyspark before a session is asked for; without it MissingExtra says so.
"""

from trucewatch.store.spark.dialect import to_spark
from trucewatch.store.spark.engine import SparkEngine
from trucewatch.store.spark.export import export_tables
from trucewatch.store.spark.session import open_session

__all__ = ["SparkEngine", "export_tables", "open_session", "to_spark"]
