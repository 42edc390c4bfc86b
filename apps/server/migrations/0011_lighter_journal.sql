-- What a change costs to note: details are written once and read seldom. As text they need neither be sorted nor converted, neither when
-- they are written nor when they are sealed.
alter table journal alter column details type json using details::json;
