-- Lineage is walked forward too: from a checkpoint, a sampler's parameters or a
-- trace to what was made of them.
CREATE INDEX generation_model ON generation (model_id);
CREATE INDEX generation_sampling ON generation (sampling_id);
CREATE INDEX claim_check_trace ON claim_check (trace_id);
CREATE INDEX prompt_task_trace ON prompt_task (trace_id);
CREATE INDEX prompt_example_task ON prompt_example (task_id);
CREATE INDEX evaluation_iteration ON evaluation (iteration_id);
