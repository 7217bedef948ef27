"""One folder for each table: model, schemas, queries, routes."""
