"""A KSeF for one machine, for demos and tests: the API, the QR pages and the status beacon.

Start it with ``python -m ksef_simulator --port 8180 --schema fa3_schema.xsd``. It listens on
127.0.0.1 only, keeps everything in memory, and never talks to anybody else.
"""
