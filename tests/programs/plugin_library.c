int plugin_answer(int question)
{
    int volatile answer = question + 1;
    return answer;
}
