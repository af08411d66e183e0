-- What the land is where it is neither green nor water: built-up and bare land of the base map.
ALTER TYPE rounds.map_class ADD VALUE 'land' BEFORE 'rail';
