alter table candor.policy add column hidden_tier text not null default 'count' check (hidden_tier in ('nothing', 'count', 'contact'));
