"""A study is pinned to what moves its numbers."""

import fake_arms

LINE = "sweep --dataset digits --train 200 --validation 100 --epochs 1 --seeds 1 --depth 2"


def test_a_study_keeps_to_its_threads_by_which_its_results_are_rounded(run) -> None:
    trainer = fake_arms.trainer()
    run.train_by(trainer)
    assert run(f"{LINE} --study mine").code == 0
    assert run(f"{LINE} --study mine --workers 2").code == 0
    answer = run(f"{LINE} --study mine --threads 2")
    assert answer.code == 2
    assert "threads: study has 1, asked 2" in answer.err
