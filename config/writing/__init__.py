"""What every write of the API goes through, whatever it writes: see `viewsets.RecordViewSet`."""
