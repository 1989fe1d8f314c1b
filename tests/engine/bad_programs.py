"""Programs with one human mistake each, and what the preview must say of it.

The sentences are whole: field, what is allowed, remedy. None quotes a value. `PROJECT`, `DATASET`
and `GENERATION` are right arguments that a mistake is added to.
"""

# ruff: noqa: E501 - a sentence stands on one line, as people see it
from __future__ import annotations

HEAD = """\
import datetime, json
import pulumi, arize_tasks
from arize_tasks import EvaluationTask, RunExperimentTask, Task, TaskRun

ID = {ids}
EVALUATOR = {{"evaluator": "my-evaluator"}}
PROJECT = dict(type="template_evaluation", project="my-project", evaluators=[EVALUATOR])
DATASET = dict(type="template_evaluation", dataset="my-dataset",
               experiment_ids=[ID["experiment_id"]], evaluators=[EVALUATOR])
MESSAGES = [{{"role": "user", "content": "Answer: {{question}}"}}]
GENERATION = dict(experiment_type="llm_generation", ai_integration="my-openai-integration",
                  input_variable_format="f_string", messages=MESSAGES)
JUDGE = dict(experiment_type="template_evaluation", ai_integration="my-openai-integration",
             template="Is {{{{x}}}} right?", provide_explanation=True)
QUERIES = dict(filters=[dict(id="A", filter="a = 1")])
TRACED = dict(evaluator="my-trace-evaluator", query_mappings=[
    dict(variable_name="v", query_ids=["A"], attribute_path="attributes.x")])
TRACE = dict(type="template_evaluation", project="my-project", query_filters=QUERIES,
             evaluators=[TRACED])

def task(**more): return EvaluationTask("t", **{{**PROJECT, **more}})
def on_dataset(**more): return EvaluationTask("t", **{{**DATASET, **more}})
def trace(**more): return EvaluationTask("t", **{{**TRACE, **more}})
def experiment(**more): return RunExperimentTask("t", dataset="my-dataset",
                                                 run_configuration={{**GENERATION, **more}})
def judge(**more): return RunExperimentTask("t", dataset="my-dataset",
                                            run_configuration={{**JUDGE, **more}})
def run(**more): return TaskRun("t", **{{"task": ID["task_id"], **more}})

"""

# --- what Python or a constructor itself refuses: it stops at the first
REFUSED_IN_THE_PROGRAM: dict[str, tuple[str, str]] = {
    "keyword-typo": ("task(sampling_rat=0.1)", "unexpected keyword argument 'sampling_rat'"),
    "keyword-in-camel-case": (
        "task(samplingRate=0.1)",
        "unexpected keyword argument 'samplingRate'",
    ),
    "type-run-experiment": ("task(type='run_experiment')", "use RunExperimentTask"),
    "type-misspelt": (
        "task(type='template-evaluation')",
        "type must be template_evaluation or code_evaluation",
    ),
    "none-in-input-template": (
        "RunExperimentTask('t', dataset='d', run_configuration=dict(experiment_type='agent_call', integration='i', input_template={'q': None}))",
        "run_configuration.input_template: must not hold None, since Pulumi drops it",
    ),
    "task-is-another-resource": (
        "run(task=pulumi.ComponentResource('my:own:Thing', 'c'))",
        "TaskRun 't': task: must not be a ComponentResource; give a Task, a task's name or its ID.",
    ),
    "run-is-a-task": (
        "arize_tasks.EvaluationGate('g', run=task(), criteria=[dict(evaluator='e', min_mean=1)])",
        "EvaluationGate 'g': run: must not be an EvaluationTask; give a TaskRun or a run's ID.",
    ),
    "project-is-a-task": (
        "EvaluationTask('u', **{**PROJECT, 'project': task()})",
        "EvaluationTask 'u': project: must not be an EvaluationTask; give a name or an ID.",
    ),
    "trigger-is-a-task": (
        "run(triggers=[task()], override_evaluations=True)",
        "TaskRun 't': triggers[0]: must not hold a resource (EvaluationTask), which never changes; give its .definition_hash.",
    ),
    "trigger-is-an-output-of-bytes": (
        "run(triggers=[pulumi.Output.from_input(b'x')], override_evaluations=True)",
        "TaskRun 't': triggers[0]: must not be bytes; give text (.decode()).",
    ),
    "import-option": (
        "TaskRun('t', task=ID['task_id'], opts=pulumi.ResourceOptions(import_=ID['task_id']))",
        "TaskRun 't': opts.import_ is not possible for dynamic resources; give the ID as adopt",
    ),
    "get-by-name": (
        "Task.get('t', 'nightly')",
        "Task.get 't': id must be an ID; the functions, such as arize_tasks.get_task, find one by its name.",
    ),
    "none-in-column-mappings": (
        "task(evaluators=[{**EVALUATOR, 'column_mappings': {'input': None}}])",
        "evaluators[0].column_mappings.input: must not hold None, since Pulumi drops it; leave the key out.",
    ),
    "none-in-provider-parameters": (
        "experiment(provider_parameters={'a': {'b': [None]}})",
        "run_configuration.provider_parameters: must not hold None, since Pulumi drops it",
    ),
}

# Program and all that is said of it: one mistake, and every rule that it breaks.
MISTAKES: dict[str, tuple[str, tuple[str, ...]]] = {
    # --- scope
    "no-scope": (
        "task(project=None)",
        ("neither project nor dataset is given; give exactly one of them",),
    ),
    "both-scopes": (
        "task(dataset='my-dataset', experiment_ids=[ID['experiment_id']])",
        ("project and dataset are both given; give exactly one of them",),
    ),
    "experiment-ids-missing": (
        "on_dataset(experiment_ids=None)",
        ("experiments: is missing; give experiments or experiment_ids",),
    ),
    "experiment-ids-empty": (
        "on_dataset(experiment_ids=[])",
        ("experiments: is missing; give experiments or experiment_ids",),
    ),
    "experiment-ids-on-project": (
        "task(experiment_ids=[ID['experiment_id']])",
        (
            "experiment_ids: belongs to tasks over a dataset; remove it, or give dataset instead of project",
        ),
    ),
    "experiment-name-for-id": (
        "on_dataset(experiment_ids=['my-experiment'])",
        (
            "experiment_ids[0]: must be the ID of an experiment (base64 text, as Arize shows it); "
            "to give a name, write experiments",
        ),
    ),
    "sampling-rate-on-dataset": (
        "on_dataset(sampling_rate=0.5)",
        (
            "sampling_rate: belongs to tasks over a project; remove it, or give project instead of dataset",
        ),
    ),
    "continuous-on-dataset": (
        "on_dataset(is_continuous=True)",
        (
            "is_continuous: can be true only for tasks over a project; remove it, or give project instead of dataset",
        ),
    ),
    "experiment-without-dataset": (
        "Task('t', type='run_experiment', run_configuration=GENERATION)",
        ("dataset: is missing; give the name or ID of a dataset",),
    ),
    "run-configuration-on-evaluation": (
        "Task('t', **PROJECT, run_configuration=GENERATION)",
        ("run_configuration: belongs to run_experiment tasks; remove it here",),
    ),
    "evaluators-on-experiment": (
        "Task('t', type='run_experiment', dataset='my-dataset', evaluators=[EVALUATOR], run_configuration=GENERATION)",
        (
            "evaluators: belongs to evaluation tasks (template_evaluation, code_evaluation); remove it here",
        ),
    ),
    "unknown-type": (
        "Task('t', type='evaluation', project='my-project', evaluators=[EVALUATOR])",
        (
            "type: must be one of template_evaluation, code_evaluation, run_experiment; did you mean code_evaluation?",
        ),
    ),
    # --- numbers, texts, flags
    "fifteen-for-15-percent": (
        "task(sampling_rate=15)",
        ("sampling_rate: must be a fraction from 0 to 1 (0.15 for 15 % of the spans)",),
    ),
    "negative-rate": (
        "task(sampling_rate=-0.1)",
        ("sampling_rate: must be a fraction from 0 to 1 (0.15 for 15 % of the spans)",),
    ),
    "rate-as-text": (
        "task(sampling_rate='0.1')",
        ("sampling_rate: must be a fraction from 0 to 1 (0.15 for 15 % of the spans)",),
    ),
    "rate-as-flag": (
        "task(sampling_rate=True)",
        ("sampling_rate: must be a fraction from 0 to 1 (0.15 for 15 % of the spans)",),
    ),
    "flag-as-text": (
        "task(is_continuous='yes')",
        ("is_continuous: must be true or false",),
    ),
    "flag-as-number": (
        "task(is_continuous=1)",
        ("is_continuous: must be true or false",),
    ),
    "empty-name": (
        "task(name='')",
        ("name: must be a non-empty string",),
    ),
    "name-as-number": (
        "task(name=7)",
        ("name: must be a non-empty string",),
    ),
    "filter-as-dict": (
        "task(query_filter={'a': 1})",
        ("query_filter: must be a non-empty string (leave it out for no filter)",),
    ),
    # --- IDs
    "id-of-wrong-kind": (
        "task(project=ID['dataset_id'])",
        ("project: must be the name or ID of a project, and it is the ID of a dataset",),
    ),
    "task-id-for-project": (
        "task(project=ID['task_id'])",
        ("project: must be the name or ID of a project, and it is the ID of a task",),
    ),
    "name-for-evaluator-id": (
        "task(evaluators=[{'evaluator_id': 'my-evaluator'}])",
        (
            "evaluators[0].evaluator_id: must be the ID of an evaluator (base64 text, as Arize shows it); to give a name, write evaluator",
        ),
    ),
    "version-for-evaluator": (
        "task(evaluators=[{'evaluator_id': ID['evaluator_version_id']}])",
        (
            "evaluators[0].evaluator_id: must be the ID of an evaluator, and it is the ID of an evaluator version",
        ),
    ),
    "evaluator-for-version": (
        "task(evaluators=[{**EVALUATOR, 'evaluator_version_id': ID['evaluator_id']}])",
        (
            "evaluators[0].evaluator_version_id: must be the ID of an evaluator version, and it is the ID of an evaluator",
        ),
    ),
    # --- evaluators
    "no-evaluators": (
        "task(evaluators=[])",
        (
            "evaluators: must be a list of at least one evaluator, each a dict with evaluator (name or ID) or evaluator_id",
        ),
    ),
    "one-evaluator-without-list": (
        "task(evaluators=EVALUATOR)",
        (
            "evaluators: must be a list of at least one evaluator, each a dict with evaluator (name or ID) or evaluator_id; put a single one in [ ]",
        ),
    ),
    "evaluators-as-names": (
        "task(evaluators=['my-evaluator'])",
        ("evaluators[0]: must be a dict with evaluator (name or ID) or evaluator_id",),
    ),
    "evaluator-twice": (
        "task(evaluators=[EVALUATOR, EVALUATOR])",
        ("evaluators: duplicate evaluator; list each once",),
    ),
    "evaluator-unnamed": (
        "task(evaluators=[{'column_mappings': {'a': 'b'}}])",
        ("evaluators[0].evaluator: is missing; give evaluator or evaluator_id",),
    ),
    "evaluator-named-twice": (
        "task(evaluators=[{**EVALUATOR, 'evaluator_id': ID['evaluator_id']}])",
        ("evaluators[0].evaluator and evaluator_id exclude each other; give one of them",),
    ),
    "camel-case-key": (
        "task(evaluators=[{**EVALUATOR, 'columnMappings': {'a': 'b'}}])",
        ("evaluators[0].columnMappings: there is no such argument; write column_mappings",),
    ),
    "singular-key": (
        "task(evaluators=[{**EVALUATOR, 'column_mapping': {'a': 'b'}}])",
        ("evaluators[0].column_mapping: there is no such argument; did you mean column_mappings?",),
    ),
    "mapping-to-number": (
        "task(evaluators=[{**EVALUATOR, 'column_mappings': {'a': 3}}])",
        ("evaluators[0].column_mappings: each value must be the name of a column (a string)",),
    ),
    "mappings-as-list": (
        "task(evaluators=[{**EVALUATOR, 'column_mappings': ['a']}])",
        ("evaluators[0].column_mappings: must be a dict of template variable → column (strings)",),
    ),
    # --- traces and sessions
    "both-filters": (
        "trace(query_filter='a = 1')",
        (
            "query_filter and query_filters exclude each other; give one of them",
            "query_filter: belongs to span evaluators; beside query_mappings, write query_filters",
        ),
    ),
    "query-filters-for-spans": (
        "task(query_filters=QUERIES)",
        (
            "query_filters: belongs to trace or session evaluators; for span evaluators, write query_filter",
        ),
    ),
    "shapes-mixed": (
        "trace(evaluators=[TRACED, EVALUATOR])",
        (
            "evaluators: some have query_mappings (for traces or sessions) and some have not (for spans); make two tasks",
            "query_filters: belongs to trace or session evaluators; for span evaluators, write query_filter",
        ),
    ),
    "shapes-mixed-in-one": (
        "trace(evaluators=[{**TRACED, 'column_mappings': {'a': 'b'}}])",
        (
            "evaluators[0].column_mappings: belongs to span evaluators, and query_mappings to trace or session evaluators; remove one",
        ),
    ),
    "no-expression": (
        "trace(query_filters=dict(filters=[dict(id='A', filter='a'), dict(id='B', filter='b')]))",
        ('query_filters.expression: is needed with two or more filters, such as "A AND B"',),
    ),
    "query-id-twice": (
        "trace(query_filters=dict(filters=[dict(id='A', filter='a'), dict(id='A', filter='b')], expression='A'))",
        ("query_filters.filters: each id (A to E) can be used once; give every filter its own",),
    ),
    "query-id-lower-case": (
        "trace(query_filters=dict(filters=[dict(id='a', filter='a')]))",
        ("query_filters.filters[0].id: must be one letter from A to E",),
    ),
    "query-id-undeclared": (
        "trace(evaluators=[dict(evaluator='my-trace-evaluator', query_mappings=[dict(variable_name='v', query_ids=['B'], attribute_path='x')])])",
        (
            "evaluators[0].query_mappings: query_ids names a query that query_filters does not have; add it to query_filters.filters",
        ),
    ),
    "six-filters": (
        "trace(query_filters=dict(filters=[dict(id=i, filter='a') for i in 'ABCDEA'], expression='A'))",
        ("query_filters.filters: must be a list of 1 to 5 dicts with id and filter",),
    ),
    # --- run configurations
    "experiment-type-missing": (
        "RunExperimentTask('t', dataset='my-dataset', run_configuration=dict(messages=MESSAGES))",
        (
            "run_configuration.experiment_type: is missing; it must be one of llm_generation, template_evaluation, agent_call",
        ),
    ),
    "experiment-type-unknown": (
        "experiment(experiment_type='llm')",
        (
            "run_configuration.experiment_type: must be one of llm_generation, template_evaluation, agent_call",
        ),
    ),
    "role-misspelt": (
        "experiment(messages=[{'role': 'sytem', 'content': 'x'}])",
        (
            "run_configuration.messages[0].role: must be one of user, assistant, system, tool; did you mean system?",
        ),
    ),
    "messages-empty": (
        "experiment(messages=[])",
        (
            "run_configuration.messages: must be a list of at least one message, each a dict with role and content",
        ),
    ),
    "messages-as-text": (
        "experiment(messages='Answer: {question}')",
        (
            "run_configuration.messages: must be a list of at least one message, each a dict with role and content; put a single one in [ ]",
        ),
    ),
    "content-as-number": (
        "experiment(messages=[{'role': 'user', 'content': 3}])",
        ("run_configuration.messages[0].content: must be the message's text",),
    ),
    "format-missing": (
        "experiment(input_variable_format=None)",
        (
            "run_configuration.input_variable_format: is missing; it must be one of f_string ({question}), mustache ({{question}}), none",
        ),
    ),
    "format-misspelt": (
        "experiment(input_variable_format='fstring')",
        (
            "run_configuration.input_variable_format: must be one of f_string ({question}), mustache ({{question}}), none; did you mean f_string?",
        ),
    ),
    "integration-missing": (
        "experiment(ai_integration=None)",
        ("run_configuration.ai_integration: is missing; give ai_integration or ai_integration_id",),
    ),
    "integration-named-twice": (
        "experiment(ai_integration_id=ID['ai_integration_id'])",
        (
            "run_configuration.ai_integration and ai_integration_id exclude each other; give one of them",
        ),
    ),
    "typescript-integration": (
        "experiment(ai_integration=None, aiIntegration='my-openai-integration')",
        (
            "run_configuration.aiIntegration: there is no such argument; write ai_integration",
            "run_configuration.ai_integration: is missing; give ai_integration or ai_integration_id",
        ),
    ),
    "penalty-out-of-range": (
        "experiment(invocation_parameters={'presence_penalty': 3})",
        (
            "run_configuration.invocation_parameters.presence_penalty: must be a number from -2 to 2",
        ),
    ),
    "tokens-with-fraction": (
        "experiment(invocation_parameters={'max_tokens': 10.5})",
        ("run_configuration.invocation_parameters.max_tokens: must be an integer",),
    ),
    "stop-as-text": (
        "experiment(invocation_parameters={'stop': 'END'})",
        (
            "run_configuration.invocation_parameters.stop: must be a list of strings; put a single one in [ ]",
        ),
    ),
    "parameter-misspelt": (
        "experiment(invocation_parameters={'temprature': 0})",
        (
            "run_configuration.invocation_parameters.temprature: there is no such argument; did you mean temperature?",
        ),
    ),
    "template-empty": (
        "judge(template='')",
        (
            "run_configuration.template: must be a non-empty string: the evaluation prompt, with its {{variables}}",
        ),
    ),
    "explanation-as-text": (
        "judge(provide_explanation='no')",
        ("run_configuration.provide_explanation: must be true or false",),
    ),
    "choices-as-list": (
        "judge(classification_choices=['right', 'wrong'])",
        ("run_configuration.classification_choices: must be a dict of label → score (a number)",),
    ),
    "messages-for-a-judge": (
        "judge(messages=MESSAGES)",
        ("run_configuration.messages: belongs to experiment_type llm_generation; remove it here",),
    ),
    "json-text-broken": (
        "experiment(provider_parameters='{not json')",
        (
            "run_configuration.provider_parameters: must be an object: a dict, or the JSON text of one; this text is not JSON",
        ),
    ),
    # --- runs
    "window-reversed": (
        "run(data_start_time='2026-03-08T00:00:00Z', data_end_time='2026-03-01T00:00:00Z')",
        ("data_end_time: must be after data_start_time",),
    ),
    "window-too-long": (
        "run(data_start_time='2026-01-01T00:00:00Z', data_end_time='2026-03-01T00:00:00Z')",
        (
            "data_start_time: must be at most 30 days before data_end_time; move it, or make several runs",
        ),
    ),
    "naive-datetime": (
        "run(data_start_time=datetime.datetime(2026, 3, 1))",
        (
            "data_start_time: must have a time zone: give the datetime a tzinfo, or text such as 2026-03-01T00:00:00Z",
        ),
    ),
    "naive-time-in-an-output": (
        "run(data_start_time=pulumi.Output.from_input(datetime.datetime(2026, 3, 1)))",
        (
            "data_start_time: must have a time zone: give the datetime a tzinfo, or text such as 2026-03-01T00:00:00Z",
        ),
    ),
    "time-as-words": (
        "run(data_start_time='yesterday')",
        ("data_start_time: must be an ISO 8601 time with an offset, such as 2026-03-01T00:00:00Z",),
    ),
    "date-only": (
        "run(data_start_time='2026-03-01')",
        (
            "data_start_time: must have a time zone: give the datetime a tzinfo, or text such as 2026-03-01T00:00:00Z",
        ),
    ),
    "max-spans-zero": (
        "run(max_spans=0)",
        ("max_spans: must be an integer of at least 1",),
    ),
    "max-spans-with-fraction": (
        "run(max_spans=10.5)",
        ("max_spans: must be an integer of at least 1",),
    ),
    "examples-twice": (
        "run(experiment_name='a', max_examples=3, example_ids=['x'])",
        ("example_ids and max_examples exclude each other; give one of them",),
    ),
    "both-kinds-of-run": (
        "run(max_spans=3, experiment_name='a')",
        (
            "max_spans: of runs of evaluation tasks, beside experiment_name: of runs of run_experiment tasks; give only one kind",
        ),
    ),
    "experiment-name-with-quote": (
        "run(experiment_name='say \"hi\"')",
        ('experiment_name: must be a name of 1 to 255 characters without " and \\',),
    ),
    "experiment-name-for-evaluation": (
        "TaskRun('t', task=task(), experiment_name='a')",
        (
            "experiment_name: belongs to runs of run_experiment tasks; remove it here, since the task is of the other kind",
        ),
    ),
    "spans-for-experiment": (
        "TaskRun('t', task=experiment(), experiment_name='a', max_spans=3)",
        (
            "max_spans: belongs to runs of evaluation tasks; remove it here, since the task is of the other kind",
        ),
    ),
    "triggers-without-override": (
        "TaskRun('t', task=task(), triggers=['a'])",
        (
            "override_evaluations: is needed beside triggers; true evaluates all rows again, and with false the rows that have a label keep it",
        ),
    ),
    "triggers-as-text": (
        "run(triggers='a')",
        ("triggers: must be a list or a dict, such as triggers=[task.definition_hash]",),
    ),
    "timeout-zero": (
        "run(timeout_seconds=0)",
        ("timeout_seconds: must be a number of seconds above 0",),
    ),
    "error-rate-in-percent": (
        "run(max_error_rate=5)",
        ("max_error_rate: must be a fraction from 0 to 1 (0.05 for 5 % of the rows)",),
    ),
    "gate-beside-pass": (
        "run(on_no_data='pass', min_successes=1)",
        (
            "on_no_data: pass lets a run through that evaluated nothing, which no gate does; write fail, or remove the gate",
        ),
    ),
    "on-no-data-misspelt": (
        "run(on_no_data='ignore')",
        ("on_no_data: must be fail or pass",),
    ),
    "task-id-of-wrong-kind": (
        "run(task=ID['project_id'])",
        ("task: must be the name or ID of a task, and it is the ID of a project",),
    ),
    "wait-as-text": (
        "run(wait='no')",
        ("wait: must be true or false",),
    ),
}
