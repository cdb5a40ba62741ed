"""The other names by which the search finds a glossary entry."""

import pytest

from utils.book.synonyms import other_names


@pytest.mark.parametrize(
    ("term", "text", "names"),
    [
        ("mean squared error", "均方误差. The average of the squared errors; MSE.", ["均方误差"]),
        ("k-fold", "K 折交叉验证. Each part is held out once.", ["K 折交叉验证"]),
        (
            "Grad-CAM",
            "梯度加权类激活图. A map. Also written GradCAM, Grad CAM.",
            ["梯度加权类激活图", "GradCAM", "Grad CAM"],
        ),
        ("regularisation", "正则化. What keeps weights small.", ["正则化", "regularization"]),
        ("bias", "A number. 偏置 stands later, and is no name.", []),
        ("precision", "精确率. The share of true alarms.", ["精确率"]),
    ],
)
def test_other_names(term, text, names):
    assert other_names(term, text) == names
