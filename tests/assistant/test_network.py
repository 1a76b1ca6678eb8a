"""The network learns what features mean only together, which no plane can part."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from tamada.assistant.nlu.features import type_vector
from tamada.assistant.nlu.network import Network

BOTH = [(0, 1), (2, 3), (0, 3), (2, 1)]
"""Two features a text: the first pairs are of one label, the crossed ones of the other."""


@pytest.fixture(scope="module")
def network() -> Network:
    rows = [BOTH[i % 4] for i in range(2400)]
    columns = np.array(rows, dtype=np.int32).ravel()
    table = csr_matrix((np.ones(len(columns), dtype=np.float32), columns, np.arange(0, len(columns) + 1, 2)), (2400, 6))
    return Network.learn(table, np.array([i % 4 // 2 for i in range(2400)]), 2, seed=1)


def vector(*columns: int) -> type_vector:
    return np.array(columns, dtype=np.int32), np.ones(len(columns), dtype=np.float32)


def test_features_are_read_together(network: Network) -> None:
    told = network.likelihoods([vector(*pair) for pair in BOTH])
    assert told.argmax(1).tolist() == [0, 0, 1, 1]
    assert np.exp(told).sum(1) == pytest.approx(np.ones(4), abs=1e-5)


def test_what_it_never_met_says_nothing(network: Network) -> None:
    assert network.likelihoods([vector(0, 1, 5)]) == pytest.approx(network.likelihoods([vector(0, 1)]))
    assert np.isfinite(network.likelihoods([vector(), vector(5)])).all()
