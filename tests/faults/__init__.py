"""What must hold when something breaks: `FAULTS_ROUNDS=10 pytest tests/faults`, or `make faults`.

Nothing here is pretended: `manage.py serve` runs on a DATA_DIR of its own, processes are killed, disks are filled.
"""
