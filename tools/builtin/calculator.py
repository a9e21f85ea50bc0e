"""`calculate`: exact, bounded arithmetic."""

import ast
import operator
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field
from simpleeval import InvalidExpression, SimpleEval  # type: ignore[import-untyped]

from tools import ToolError, tool
from tools.builtin import numbers

MAX_LENGTH = 500
"""Characters; this also bounds the depth of an expression and how many steps it takes."""

OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: numbers.power,
    ast.BitXor: numbers.power,  # most people, and most models, write a power with a caret
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
ALLOWED = (ast.BinOp, ast.UnaryOp, ast.Call, ast.Constant, ast.Name)
SIGNS = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-"})


@tool(safe_to_repeat=True, deadline=5)
def calculate(
    expression: Annotated[
        str,
        Field(
            description="Arithmetic such as '(1.19 * 250) / 3', '2^10' or 'sqrt(2) * pi'; "
            "knows round, min, max, log, sin, factorial and the like."
        ),
    ],
) -> dict[str, str]:
    """Work out an arithmetic expression exactly.

    Knows + - * / // % ^, parentheses, pi, e and the functions of `numbers.FUNCTIONS`.
    """
    if len(expression) > MAX_LENGTH:
        raise ToolError(f"The expression is longer than {MAX_LENGTH} characters.")
    return {"expression": expression, "result": numbers.written(_evaluate(expression))}


def _evaluate(expression: str) -> numbers.Number:
    try:
        tree = ast.parse(expression.strip().translate(SIGNS), mode="eval").body
        return numbers.bounded(_evaluator()._eval(tree))
    except ZeroDivisionError:
        raise ToolError("The expression divides by zero.") from None
    except OverflowError as error:
        raise ToolError("A number in the expression becomes too large.") from error
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ToolError("The expression cannot be read as arithmetic.") from error
    except InvalidExpression as error:
        raise ToolError(
            "Only numbers, + - * / // % ^, parentheses, pi, e and known functions work here."
        ) from error
    except (TypeError, ValueError) as error:
        raise ToolError(f"The expression has no result: {error}.") from error


def _evaluator() -> Any:
    evaluator = SimpleEval(
        operators={kind: numbers.kept_small(apply) for kind, apply in OPERATORS.items()},
        functions={name: numbers.kept_small(apply) for name, apply in numbers.FUNCTIONS.items()},
        names=numbers.CONSTANTS,
    )
    evaluator.nodes = {kind: handler for kind, handler in evaluator.nodes.items() if kind in ALLOWED}
    evaluator.nodes[ast.Constant] = lambda node: numbers.read(node.value)
    return evaluator
