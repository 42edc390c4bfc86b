-- What the agent read of every object when it last read the whole domain; null where that is not known. An agent that reads more by now, such
-- as one of a later version, knows it of what changes alone, until everything is read again.
alter table ad_domains add column read_attributes text[];
