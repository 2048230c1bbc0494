-- Whose a stored response is. Over its rows alone.
CREATE INDEX usage_response ON usage (response_id) WHERE operation = 'responses';
