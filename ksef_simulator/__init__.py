"""A KSeF for one machine: the KSeF 2.0 API, its QR pages and its status beacon, for demos and tests.

Start it with ``python -m ksef_simulator --port 8180 --schema fa3_schema.xsd``. It listens on
127.0.0.1 only, keeps everything in memory, and never talks to anybody else.
"""
