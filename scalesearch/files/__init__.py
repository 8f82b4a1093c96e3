"""Files written whole and read within bounds: any, JSON, CSV."""
