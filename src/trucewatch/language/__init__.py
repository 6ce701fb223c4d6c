"""Words into places, times, counts, happenings and claims (English, Ukrainian, Russian)."""
