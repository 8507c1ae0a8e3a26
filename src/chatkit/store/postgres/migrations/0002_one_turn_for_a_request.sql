-- A request that comes to two processes at once, sent again by a proxy, begins one turn.
UPDATE turns t SET request_id = NULL WHERE EXISTS (
    SELECT FROM turns earlier
    WHERE earlier.request_id = t.request_id AND earlier.owner = t.owner AND earlier.seq < t.seq
);

-- By a hash, as the client chose the name, however long it is; no index of that kind is unique.
ALTER TABLE turns ADD CONSTRAINT turns_one_of_request
    EXCLUDE USING hash ((ARRAY[owner, request_id]) WITH =) WHERE (request_id IS NOT NULL);
