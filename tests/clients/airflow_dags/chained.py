"""The provider's own group of tasks: trigger an experiment with a judge, wait, read the run."""

from airflow.providers.arize_ax.utils.task_groups import arize_ax_chained_experiment_eval
from airflow.sdk import DAG

with DAG("chained", params={"task": "", "judge": "", "experiment": ""}) as dag:
    arize_ax_chained_experiment_eval(
        task_id_param="{{ params.task }}",
        experiment_name="{{ params.experiment }} of {{ dag.dag_id }}",
        evaluation_task_ids=["{{ params.judge }}"],
        wait_for_completion=True,
        sensor_poke_interval=1,
    )
