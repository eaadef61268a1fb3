"""Files of a run by their role, any number; parameters as the library's own keywords."""

import django.db.models.deletion
from django.db import migrations, models

ROLE_OF_THE_SECOND = {"classify": "truth"}


def files_by_role(apps, _editor):
    run_of, file_of = (apps.get_model("evidence", name) for name in ("AuditRun", "RunFile"))
    for run in run_of.objects.iterator():
        second = ROLE_OF_THE_SECOND.get(run.kind, "subjects")
        given = {"data": run.data_id, second: run.subjects_id, "failed": run.failed_id}
        file_of.objects.bulk_create(
            file_of(run=run, role=role, upload_id=upload) for role, upload in given.items() if upload
        )
        run.parameters = as_keywords(run.kind, run.parameters)
        run.save(update_fields=["parameters"])


def as_keywords(kind, parameters):
    """One threshold and its origin become a list of steps; predictions have none."""
    told = dict(parameters)
    value, origin = told.pop("threshold", None), told.pop("origin", None)
    if kind == "classify":
        told.pop("at_fmr", None)
    elif value is not None:
        step = {"name": f"{float(value):g}", "value": float(value), "origin": origin or "given"}
        told["thresholds"] = [step]
    return told


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0001_the_first_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='RunFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=20)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='evidence.auditrun')),
                ('upload', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.upload')),
            ],
            options={
                'verbose_name': 'file of a run',
                'verbose_name_plural': 'files of runs',
                'constraints': [models.UniqueConstraint(fields=('run', 'role'), name='run_has_a_file_once_per_role')],
            },
        ),
        migrations.RunPython(files_by_role, migrations.RunPython.noop, elidable=True),
        # Otherwise the rows just written wait for their checks, and no table can be altered.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop, elidable=True),
        migrations.RemoveField(model_name='auditrun', name='data'),
        migrations.RemoveField(model_name='auditrun', name='subjects'),
        migrations.RemoveField(model_name='auditrun', name='failed'),
        migrations.AlterField(
            model_name='auditrun',
            name='kind',
            field=models.CharField(max_length=20, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='auditrun',
            name='product',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='product'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='report',
            name='product',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='product under contract that it tests'),
            preserve_default=False,
        ),
    ]
