"""Datasets and their schemas: what the Catalog and the Schema Registry tell of them."""
