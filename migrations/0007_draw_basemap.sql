-- The base map is nobody's secret among those who sign in, and is drawn most often.
-- Row-level security would turn its spatial index off (&& is not leakproof) and
-- read every feature for each tile; this function asks once who is there, and then
-- looks past it.
CREATE FUNCTION rounds.basemap_within(reach geometry, zoom integer) RETURNS SETOF rounds.basemap_features
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, public, pg_temp AS $$
    SELECT b.* FROM rounds.basemap_features b
    WHERE b.shape && reach AND b.min_zoom <= zoom AND rounds.principal_role() <> 'nobody'
$$;
REVOKE EXECUTE ON FUNCTION rounds.basemap_within(geometry, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.basemap_within(geometry, integer) TO rounds_app;
