ALTER TABLE access ADD COLUMN userinfo_claims TEXT;  -- names, separated by spaces
